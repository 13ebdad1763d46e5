using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Waverless.Runtime.Managed;

/// <summary>JSON as delegates speak it: the web defaults of System.Text.Json.</summary>
internal static class WebJson
{
    public const string MediaType = "application/json";

    public const string Reflects = "JSON by reflection; pass a JsonTypeInfo<T> instead.";

    /// <exception cref="NotSupportedException">JSON cannot hold that type.</exception>
    /// <exception cref="InvalidOperationException">The type's JSON attributes conflict.</exception>
    [RequiresUnreferencedCode("JSON by reflection.")]
    [RequiresDynamicCode("JSON by reflection.")]
    public static JsonTypeInfo<T> TypeOf<T>() =>
        (JsonTypeInfo<T>)JsonSerializerOptions.Web.GetTypeInfo(typeof(T));
}
