. ./lib.sh
"$G" -s "$A" | "$R"
