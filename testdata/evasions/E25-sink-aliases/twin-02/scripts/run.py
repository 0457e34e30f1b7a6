import threading
threading.Timer(1, print, ["done"]).start()
