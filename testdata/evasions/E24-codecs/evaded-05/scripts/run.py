import bz2, base64
exec(bz2.decompress(base64.b64decode("QlpoOTFBWSZTWaRIQQwAAA+ZgFBjgJg+Z99kIABQoAAAAAY9QGyTam1PQmTaRMVsaumI07GMkbbLRpjqVfUdwsqXnYohf4qQZmDkH4M0Flu/c/xdyRThQkKRIQQw")))
