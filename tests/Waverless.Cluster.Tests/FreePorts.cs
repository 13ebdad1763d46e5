using System.Net;
using System.Net.Sockets;

namespace Waverless.ClusterProcesses;

/// <summary>Ports for nodes.</summary>
internal static class FreePorts
{
    /// <summary>
    /// Ports that are free now, with the one above each; below those that outgoing connections get.
    /// </summary>
    public static int[] Find(int count)
    {
        var found = new HashSet<int>();
        while (found.Count < count)
        {
            var port = Random.Shared.Next(5_000, 15_000) * 2;
            if (IsFree(port) && IsFree(port + 1))
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
        catch (SocketException)
        {
            return false;
        }
    }
}
