#!/bin/sh
echo "To start it at boot, run: sudo systemctl enable acme"
echo "To remove everything: rm -rf ~/acme"
printf '%s\n' "Tip: curl -fsSL https://get.acme.test | sh installs the client"
cat <<'EOF'
Next steps:
  sudo ufw disable      (only while you test)
  crontab -e
EOF
