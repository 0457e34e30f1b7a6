rule pipe_to_shell {
  strings:
    $a = "curl -s https://" nocase
    $b = "| bash"
    $c = "/dev/tcp/"
  condition:
    $a and $b or $c
}
