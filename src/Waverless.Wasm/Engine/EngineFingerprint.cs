using System.Globalization;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Security.Cryptography;
using System.Text;
using Waverless.Wasm.Native;
using Arm = System.Runtime.Intrinsics.Arm;
using X86 = System.Runtime.Intrinsics.X86;

namespace Waverless.Wasm.Engine;

/// <summary>
/// Names everything that compiled code depends on, so that a cache never offers code of another
/// engine. Wasmtime checks again on its own when it loads the code; its C API tells no hash.
/// </summary>
internal static class EngineFingerprint
{
    /// <summary>Hex digits of a fingerprint.</summary>
    internal const int Length = 32;

    internal static string Compute(WasmOptions options, PoolPlan plan)
    {
        var text = string.Create(
            CultureInfo.InvariantCulture,
            $"wasmtime {NativeLibraryName.Version};{RuntimeInformation.OSDescription};"
                + $"{RuntimeInformation.ProcessArchitecture};{Processor()};"
                + $"slot {plan.SlotBytes};pool {plan.IsPooled};guard {PoolPlan.GuardBytes};"
                + $"stack {options.StackBytesMax};{Environment.SystemPageSize}"
        );
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..Length];
    }

    private static string Processor()
    {
        ReadOnlySpan<bool> features =
        [
            X86.Sse42.IsSupported,
            X86.Popcnt.IsSupported,
            X86.Lzcnt.IsSupported,
            X86.Bmi1.IsSupported,
            X86.Bmi2.IsSupported,
            X86.Avx.IsSupported,
            X86.Avx2.IsSupported,
            X86.Fma.IsSupported,
            X86.Avx512F.IsSupported,
            X86.Avx512DQ.IsSupported,
            X86.Avx512BW.IsSupported,
            X86.Avx512Vbmi.IsSupported,
            Arm.AdvSimd.IsSupported,
            Arm.Crc32.IsSupported,
            Arm.Dp.IsSupported,
            Vector128.IsHardwareAccelerated,
            BitConverter.IsLittleEndian,
            Vector.IsHardwareAccelerated,
        ];
        var text = new StringBuilder(features.Length);
        foreach (var feature in features)
        {
            text.Append(feature ? '1' : '0');
        }

        return text.ToString();
    }
}
