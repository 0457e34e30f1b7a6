import pandas
print(pandas.eval("1 + 2"))
