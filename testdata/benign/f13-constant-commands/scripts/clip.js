const { execFileSync, execSync } = require("child_process");

execSync("ffmpeg -version", { stdio: "ignore" });
execSync("git status --short", { stdio: "inherit" });
const [video, start, length] = process.argv.slice(2);
execFileSync("ffmpeg", ["-ss", start, "-i", video, "-t", length, "clip.mp4"]);
execFileSync("unzip", ["-o", "titles.zip", "-d", "titles"]);
