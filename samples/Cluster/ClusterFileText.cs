using System.Net;
using System.Net.Sockets;
using System.Text;

namespace ClusterSample;

/// <summary>The seed's cluster file for processes on this machine.</summary>
internal static class ClusterFileText
{
    /// <summary>One master, which keeps the metadata, and workers.</summary>
    public static string Write(IReadOnlyList<int> ports)
    {
        var text = new StringBuilder("nodes:\n");
        for (var i = 0; i < ports.Count; i++)
        {
            var spec = i == 0 ? "[meta, master]" : "[worker]";
            text.Append($"  {i + 1}:\n    addr: 127.0.0.1:{ports[i]}\n    spec: {spec}\n");
        }

        return text.ToString();
    }

    /// <summary>
    /// Ports that are free now, with the one above them; below those that the system gives to
    /// outgoing connections, which would take them in between.
    /// </summary>
    public static int[] FreePorts(int count)
    {
        var found = new List<int>();
        while (found.Count < count)
        {
            var port = Random.Shared.Next(10_000, 30_000);
            if (IsFree(port) && IsFree(port + 1) && !found.Any(p => Math.Abs(p - port) < 2))
            {
                found.Add(port);
            }
        }

        return [.. found];
    }

    private static bool IsFree(int port)
    {
        try
        {
            using var probe = new Socket(SocketType.Stream, ProtocolType.Tcp);
            probe.Bind(new IPEndPoint(IPAddress.Loopback, port));
            return true;
        }
        catch (Exception e) when (e is SocketException or ArgumentOutOfRangeException)
        {
            return false;
        }
    }
}
