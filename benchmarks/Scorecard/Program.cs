using Scorecard;
using Scorecard.Children;
using Scorecard.Rows;
using Waverless.Storage;
using Waverless.Transport;

if (args is ["serve", var server])
{
    return await ChildServer.RunAsync(server);
}

if (args is ["start", var kind, var folder])
{
    return await ChildStart.RunAsync(kind, folder);
}

var options = Options.Parse(args);
if (options is null)
{
    return 2;
}

IRow[] rows =
[
    new FreshInvocationRow(),
    new TwoThreadsRow(),
    new AllocationRow(),
    new HttpRow(),
    new DelegateHttpRow(),
    new KvGetRow(),
    new KvPutRow(),
    new TriggerHopRow(),
    new TimerDueRow(),
    new TimerStormRow(),
    new BatchWindowRow(),
    new DiskHopRow(),
    new MessageRateRow(StorageDurability.Disk),
    new MessageRateRow(StorageDurability.Process),
    new BacklogHopRow(),
    new OldValueRow(),
    new ScanRow(),
    new LongChainRow(
        "longchain",
        StorageDurability.Process,
        "immediate",
        Bar.RatioAtMost(10),
        Bar.AtMost(10)
    ),
    new LongChainRow("longchain-disk", StorageDurability.Disk, "immediate", Bar.RatioAtMost(1.5)),
    new LongChainRow("longchain-atomic", StorageDurability.Process, "atomic", Bar.RatioAtMost(5)),
    new WordCountRow(),
    new ColdStartRow(),
    new ReadyRow(),
    new MixedLoadRow(),
    new TransportLatencyRow("transport-quic", TransportKind.Automatic),
    new TransportLatencyRow("transport-tcp", TransportKind.Tcp),
    new TransportRateRow(),
    new TransportBodyRow("transport-body-quic", TransportKind.Automatic),
    new TransportBodyRow("transport-body-tcp", TransportKind.Tcp),
];
return await Run.AllAsync(rows, options);
