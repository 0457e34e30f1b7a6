credentials_path = "notes.txt"
print(open(credentials_path).read())
