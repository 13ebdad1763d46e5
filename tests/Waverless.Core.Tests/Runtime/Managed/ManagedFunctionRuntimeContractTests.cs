using Microsoft.Extensions.DependencyInjection;
using Waverless.Contracts.Runtime;
using Waverless.Invocations;

namespace Waverless.Runtime.Managed;

/// <summary>The runtime of delegates keeps what every runtime promises.</summary>
public sealed class ManagedFunctionRuntimeContractTests : FunctionRuntimeContract, IDisposable
{
    private static readonly FunctionRegistration[] Functions =
    [
        FunctionRegistration.ForDelegate("t/echo", (string text) => text),
        FunctionRegistration.ForDelegate(
            "t/fail",
            void () => throw new InvalidOperationException("x")
        ),
        // It does not heed its token: the platform must end it.
        FunctionRegistration.ForDelegate("t/spin", () => Task.Delay(Timeout.InfiniteTimeSpan)),
    ];

    private readonly ServiceProvider _services = new ServiceCollection().BuildServiceProvider();
    private readonly ManagedRuntime _runtime;

    public ManagedFunctionRuntimeContractTests() =>
        _runtime = new ManagedRuntime(
            Functions,
            _services,
            TimeProvider.System,
            new RecordingLogger()
        );

    public void Dispose()
    {
        _runtime.Dispose();
        _services.Dispose();
    }

    protected override (IFunctionRuntime Runtime, AppVersion Version) Create() =>
        (_runtime, new AppVersion(ManagedApps.ToPackages(Functions)[0], null));

    protected override IInvocationHost NewHost() => new FakeInvocationHost();
}
