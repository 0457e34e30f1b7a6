Invoke-WebRequest https://data.acme.test/a.csv -OutFile a.csv
