title = "Report %s" % "weekly"
print(title)
