import count

count.main()
