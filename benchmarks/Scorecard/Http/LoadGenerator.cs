using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Scorecard.Http;

/// <summary>
/// Keeps connections busy from one thread with plain blocking sockets: it takes the answer of each
/// connection in turn and sends the next request at once, so that every connection always has one
/// request under way. Two system calls a request leave the cores to the server.
/// </summary>
internal sealed class LoadGenerator : IDisposable
{
    private const int BufferBytes = 16 * 1024;
    private const int ReceiveTimeoutMs = 10_000;
    private readonly Socket[] _sockets;
    private readonly byte[] _request;
    private readonly byte[] _answer;
    private readonly byte[] _buffer = new byte[BufferBytes];

    public LoadGenerator(int port, HttpLoad load)
    {
        var type = load.Body.Length == 0 ? "" : "Content-Type: application/json\r\n";
        _request = Encoding.ASCII.GetBytes(
            $"POST {load.Route} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n{type}"
                + $"Content-Length: {load.Body.Length}\r\n\r\n{load.Body}"
        );
        _answer = Encoding.ASCII.GetBytes(load.Answer);
        _sockets = new Socket[load.Connections];
        for (var index = 0; index < load.Connections; index++)
        {
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp)
            {
                NoDelay = true,
                ReceiveTimeout = ReceiveTimeoutMs,
            };
            socket.Connect(IPAddress.Loopback, port);
            _sockets[index] = socket;
        }
    }

    /// <summary>Answers that were not <c>200</c> with the expected text.</summary>
    public long Errors { get; private set; }

    /// <summary>Loads the server for a while; returns requests per second.</summary>
    public double Run(TimeSpan time)
    {
        var requests = 0L;
        var began = Stopwatch.GetTimestamp();
        foreach (var socket in _sockets)
        {
            socket.Send(_request);
        }

        while (Stopwatch.GetElapsedTime(began) < time)
        {
            foreach (var socket in _sockets)
            {
                Receive(socket);
                socket.Send(_request);
            }

            requests += _sockets.Length;
        }

        foreach (var socket in _sockets)
        {
            Receive(socket);
        }

        requests += _sockets.Length;
        return requests / Stopwatch.GetElapsedTime(began).TotalSeconds;
    }

    public void Dispose()
    {
        foreach (var socket in _sockets)
        {
            socket.Dispose();
        }
    }

    private void Receive(Socket socket)
    {
        var length = 0;
        int answerBytes;
        do
        {
            var read = socket.Receive(_buffer, length, _buffer.Length - length, SocketFlags.None);
            if (read == 0)
            {
                throw new IOException("The server closed a connection.");
            }

            length += read;
            answerBytes = AnswerParser.Measure(_buffer.AsSpan(0, length));
        } while (answerBytes == 0);

        var isRight =
            answerBytes == length && AnswerParser.IsRight(_buffer.AsSpan(0, length), _answer);
        Errors += isRight ? 0 : 1;
    }
}
