using Microsoft.Extensions.Options;

namespace Waverless.Hosting;

/// <summary>Checks the ranges of options at start; the messages name the key.</summary>
[OptionsValidator]
internal sealed partial class WaverlessOptionsValidator : IValidateOptions<WaverlessOptions>;
