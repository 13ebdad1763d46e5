using Scorecard;
using Scorecard.Children;
using Scorecard.Rows;

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
    new LongChainRow(),
    new WordCountRow(),
    new ColdStartRow(),
    new ReadyRow(),
];
return await Run.AllAsync(rows, options);
