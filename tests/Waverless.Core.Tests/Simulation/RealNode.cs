using System.Collections.Concurrent;
using Microsoft.Extensions.Logging.Abstractions;
using Waverless.Cluster;
using Waverless.Invocations;
using Waverless.Storage;

namespace Waverless.Simulation;

/// <summary>A node on real threads and the real clock, for races that no schedule of ours finds.</summary>
internal sealed class RealNode : IAsyncDisposable
{
    private readonly GuestThreads _threads;

    public RealNode(Sim apps, int guestThreads)
    {
        _threads = new GuestThreads(guestThreads);
        Node = new Node(
            new NodeParts
            {
                Engine = new MemoryStorageEngine(),
                Runtimes = [apps.Runtime],
                Threads = _threads,
                Time = TimeProvider.System,
                Scheduler = TaskScheduler.Default,
                Random = new Random(1),
                Meters = new TestMeters(),
                Loggers = NullLoggerFactory.Instance,
            }
        );
    }

    public Node Node { get; }

    public Task StartAsync(Sim apps) =>
        Node.StartAsync(apps.Apps.Select(apps.Runtime.Version), CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        await Node.DisposeAsync();
        _threads.Dispose();
    }

    /// <summary>A fixed number of threads, each with its work to the end.</summary>
    private sealed class GuestThreads : IGuestThreads, IDisposable
    {
        [ThreadStatic]
        private static bool t_isGuest;

        private readonly BlockingCollection<IThreadWork> _work = [];

        public GuestThreads(int count)
        {
            for (var i = 0; i < count; i++)
            {
                new Thread(Run) { IsBackground = true }.Start();
            }
        }

        public bool IsGuestThread => t_isGuest;

        public bool TryEnterInline() => false;

        public void ExitInline()
        {
            // Nobody enters.
        }

        public bool TryQueue(IThreadWork work)
        {
            _work.Add(work);
            return true;
        }

        public void BeginWait()
        {
            // There are as many permits as threads.
        }

        public void EndWait()
        {
            // There are as many permits as threads.
        }

        public void Dispose() => _work.CompleteAdding();

        private void Run()
        {
            t_isGuest = true;
            foreach (var work in _work.GetConsumingEnumerable())
            {
                work.Run();
            }
        }
    }
}
