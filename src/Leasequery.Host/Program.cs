System.Console.WriteLine("leasequery");
