namespace Waverless.Diagnostics;

/// <summary>Names under which Waverless reports; stable.</summary>
public static class WaverlessTelemetry
{
    /// <summary>The meter of invocations and events.</summary>
    public const string MeterName = "Waverless.Core";

    /// <summary>The meter of the store.</summary>
    public const string StorageMeterName = "Waverless.Storage";

    /// <summary>The meter of what nodes say to each other.</summary>
    public const string TransportMeterName = "Waverless.Transport";

    /// <summary>
    /// Histogram, seconds: time from a request between nodes to its answer, by outcome:
    /// <c>answered</c> or an error, such as <c>connection_lost</c>.
    /// </summary>
    public const string TransportRequestDuration = "waverless.transport.request.duration";

    /// <summary>The activity source of invocations.</summary>
    public const string ActivitySourceName = "Waverless.Core";

    /// <summary>
    /// Histogram, seconds: run time of invocations by app, function, trigger, outcome.
    /// </summary>
    public const string InvocationDuration = "waverless.invocation.duration";

    /// <summary>
    /// Counter, commits: what was refused, by app and reason (a rejection, such as
    /// <c>quota_exceeded</c>).
    /// </summary>
    public const string CommitsRefused = "waverless.commit.refused";

    /// <summary>Counter, runs: atomic ones that others came between, by app and function.</summary>
    public const string TransactionConflicts = "waverless.transaction.conflicts";

    /// <summary>Gauge, partitions: those in which a run has the exclusive turn.</summary>
    public const string TransactionTurns = "waverless.transaction.turns";

    /// <summary>Gauge, locks: holders and waiters on the node, by state.</summary>
    public const string Locks = "waverless.lock.count";

    /// <summary>Counter, invocations: those that found no warm instance, by app.</summary>
    public const string ColdStarts = "waverless.instance.cold_starts";

    /// <summary>
    /// Counter, invocations: those that found an instance because it was made ahead, by app.
    /// </summary>
    public const string ColdStartsAvoided = "waverless.instance.cold_starts_avoided";

    /// <summary>Gauge, instances: warm ones on the node.</summary>
    public const string InstancesWarm = "waverless.instance.warm";

    /// <summary>Gauge, instances: those that the node plans to keep warm.</summary>
    public const string InstancesPlanned = "waverless.instance.planned";

    /// <summary>Counter, apps: those that were to be warm before a chain reached them.</summary>
    public const string ChainsAhead = "waverless.chain.ahead";

    /// <summary>Gauge, functions: those of which the node knows how they behave.</summary>
    public const string FunctionsKnown = "waverless.function.known";

    /// <summary>The meter of waiting and failed events.</summary>
    public const string EventsMeterName = "Waverless.Events";

    /// <summary>Gauge, events: what waits or runs, by app.</summary>
    public const string EventBacklog = "waverless.event.backlog";

    /// <summary>Bytes of events in the memory of an app's fullest lane.</summary>
    public const string LaneBytes = "waverless.event.lane.size";

    /// <summary>Delayed messages of an app's fullest partition.</summary>
    public const string Delayed = "waverless.event.delayed";

    /// <summary>Idempotency keys that an app's fullest partition remembers.</summary>
    public const string IdempotencyKeys = "waverless.idempotency.count";

    /// <summary>Watches that go on.</summary>
    public const string Watches = "waverless.watch.count";

    /// <summary>Threads of synchronous guests.</summary>
    public const string GuestThreads = "waverless.thread.count";

    /// <summary>Work that waits for a thread of synchronous guests.</summary>
    public const string GuestQueue = "waverless.thread.queue";

    /// <summary>Timers of an app's fullest partition.</summary>
    public const string Timers = "waverless.timer.count";

    /// <summary>Counter, attempts: failed ones by app, function, error.</summary>
    public const string EventFailures = "waverless.event.failures";

    /// <summary>Gauge, events: dead letters by app.</summary>
    public const string DeadLetterCount = "waverless.deadletter.count";

    /// <summary>Gauge, seconds: age of the oldest dead letter by app.</summary>
    public const string DeadLetterAge = "waverless.deadletter.age";

    /// <summary>Counter, events: new dead letters by app, function, error.</summary>
    public const string DeadLettersAdded = "waverless.deadletter.added";

    /// <summary>
    /// Counter, events: dead letters that went, by app and how: replayed, dropped, expired,
    /// evicted.
    /// </summary>
    public const string DeadLettersRemoved = "waverless.deadletter.removed";

    /// <summary>
    /// Gauge, events: what lanes have in memory, by app and state: ready, postponed or delayed.
    /// </summary>
    public const string EventMemory = "waverless.event.memory";

    /// <summary>
    /// Gauge, drains: of functions that run for long, by state: running or waiting for a thread.
    /// </summary>
    public const string LongDrains = "waverless.event.long_drains";

    /// <summary>Gauge, events: parked ones by app.</summary>
    public const string ParkedCount = "waverless.event.parked";
}
