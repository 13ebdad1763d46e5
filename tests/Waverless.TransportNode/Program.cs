using System.Globalization;
using System.Net;
using Waverless.Cluster;
using Waverless.Transport;
using Waverless.Transport.Identity;
using Waverless.TransportNode;

// A node that tests kill and freeze: KIND FOLDER NODE PORT. It ends with its input.
var kind = Enum.Parse<TransportKind>(args[0]);
var node = new NodeId(uint.Parse(args[2], CultureInfo.InvariantCulture));
var port = int.Parse(args[3], CultureInfo.InvariantCulture);
using var authority = await DevelopmentCluster.OpenAsync(args[1], "processes");
await using var transport = ClusterTransport.Create(
    new TransportOptions
    {
        Identity = authority.Issue("processes", node),
        Kind = kind,
        Listen = new IPEndPoint(IPAddress.Loopback, port),
    }
);
await transport.ListenAsync(new EchoHandler(), default);
Console.WriteLine(transport.Local.Port);
await Console.In.ReadToEndAsync();
