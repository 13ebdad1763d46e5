using System.Text.Encodings.Web;
using System.Text.Json;

namespace Waverless.AspNetCore.Problems;

/// <summary>How answers are written: as JSON for programs, which never becomes part of a page.</summary>
internal static class WireJson
{
    public static JsonWriterOptions Options { get; } =
        new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
}
