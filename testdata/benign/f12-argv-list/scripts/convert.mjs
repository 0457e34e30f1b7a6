import { execFileSync } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const [input, output] = process.argv.slice(2);
execFileSync("python3", [join(here, "convert.py"), input, output], { stdio: "inherit" });
