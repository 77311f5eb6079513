/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.generic;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.backhaul.destination.Capabilities;
import io.backhaul.destination.DestinationException;
import io.backhaul.destination.ObjectSchema;
import io.backhaul.destination.Op;
import io.backhaul.destination.config.Key;
import io.backhaul.destination.config.Shape;
import io.backhaul.destination.http.HeaderText;
import io.backhaul.destination.http.HttpKeys;
import io.backhaul.destination.http.HttpSettings;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * An API and an account of it, read: from a destination file of type {@code http} alone, or from a
 * definition and a file of its type.
 *
 * @param headers of every request
 * @param idempotencyHeader the header that carries the batch id, or {@code null} for none
 * @param idempotencyKeys whether the endpoint is known to honour it: the file names the header
 * @param ops the operations that the file leaves; all where it says nothing
 * @param schemas what the file says of objects; empty where it takes any
 * @param identities per object the field that identifies a record, if not the usual one
 * @param anyIdentity the same for all objects, or {@code null}
 * @param params what expressions see as {@code $params}
 */
record HttpConfig(
    HttpSettings http,
    Calls calls,
    Map<String, Holes> headers,
    String idempotencyHeader,
    boolean idempotencyKeys,
    Set<Op> ops,
    Map<String, ObjectSchema> schemas,
    FailureRules failures,
    Optional<Signing> signing,
    Optional<ProbeSpec> probe,
    Map<String, String> identities,
    String anyIdentity,
    ObjectNode params) {

  private static final HttpKeys KEYS = new HttpKeys(null, 100_000, 100, 1 << 20, 50, 4);
  private static final String IDEMPOTENCY_KEY = "Idempotency-Key";

  HttpConfig {
    headers = Map.copyOf(headers);
    ops = Set.copyOf(ops);
    schemas = Map.copyOf(schemas);
    identities = Map.copyOf(identities);
  }

  /** The keys of a file of type {@code http}. */
  static Shape.Obj shape() {
    String[] opNames = Arrays.stream(Op.values()).map(Op::wireName).toArray(String[]::new);
    Key[] pathKeys =
        Arrays.stream(opNames)
            .map(op -> Key.optional(op, Shape.text(), "Path for " + op + "."))
            .toArray(Key[]::new);
    List<Key> keys =
        new ArrayList<>(
            List.of(
                Key.optional(
                    "method", Shape.choice("POST", "PUT", "PATCH"), "POST", "HTTP method."),
                Key.optional(
                    "path",
                    new Shape.AnyOf(List.of(Shape.obj(pathKeys), Shape.text())),
                    "Appended to the url, {object} and {op} filled in; one text, or one for each"
                        + " operation."),
                Key.optional(
                    "results",
                    Shape.choice("by_status", "per_record"),
                    "by_status",
                    "Whether a 2xx status stands for all records, or the answer gives each its"
                        + " result."),
                Key.optional(
                    "ops",
                    new Shape.ListOf(Shape.choice(opNames)),
                    "Operations the endpoint takes; all if left out."),
                CallKeys.identity(),
                Key.optional(
                    "params", new Shape.MapOf(Shape.text()), "Values for $params in expressions."),
                Key.optional(
                    "signing",
                    CallKeys.signing(
                        Key.required("secret", Shape.secret(), "The secret of the signature.")),
                    "A header that holds a keyed hash of each request.")));
    keys.addAll(CallKeys.keys());
    return KEYS.shape(keys.toArray(Key[]::new));
  }

  /**
   * Reads properties of this {@link #shape}.
   *
   * @throws DestinationException (refused) if an address, a header, credentials or an expression
   *     cannot be used
   */
  static HttpConfig read(ObjectNode properties) {
    ObjectNode params = JsonNodeFactory.instance.objectNode();
    properties
        .path("params")
        .fields()
        .forEachRemaining(each -> params.set(each.getKey(), each.getValue()));
    return read(KEYS.read(properties), properties, properties, params);
  }

  /**
   * Reads an account of an API.
   *
   * @param api holds the keys that describe it
   * @param file holds the keys of its user
   */
  static HttpConfig read(HttpSettings http, JsonNode api, JsonNode file, ObjectNode params) {
    boolean described = api.has("calls");
    FailureRules failures = FailureRules.ofFile(api);
    JsonNode key = api.path("idempotency_key");
    String header =
        key.isObject()
            ? key.path("header").asText()
            : described || key.asText("").equals("off") ? null : IDEMPOTENCY_KEY;
    if (header != null) {
      HeaderText.check(header, "");
    }
    JsonNode identity = file.path("identity");
    Map<String, String> identities = new TreeMap<>();
    identity
        .fields()
        .forEachRemaining(each -> identities.put(each.getKey(), each.getValue().asText()));
    return new HttpConfig(
        http,
        described ? Calls.read(api.path("calls"), failures) : Contract.calls(api, failures),
        headers(api.path("headers"), described),
        header,
        key.isObject(),
        ops(file.path("ops")),
        schemas(api.path("objects")),
        failures,
        api.has("signing") ? Optional.of(Signing.read(api.get("signing"))) : Optional.empty(),
        api.has("probe")
            ? Optional.of(ProbeSpec.read(api.get("probe"), failures))
            : Optional.empty(),
        identities,
        identity.isTextual() ? identity.asText() : null,
        params);
  }

  private static Map<String, Holes> headers(JsonNode texts, boolean described) {
    if (described) {
      Map<String, Holes> headers = RequestTemplate.holes("headers", texts);
      headers.forEach(RequestTemplate::check);
      return headers;
    }
    Map<String, Holes> headers = new LinkedHashMap<>();
    texts
        .fields()
        .forEachRemaining(
            each -> {
              HeaderText.check(each.getKey(), each.getValue().asText());
              headers.put(each.getKey(), Holes.literal(each.getValue().asText()));
            });
    return headers;
  }

  private static Set<Op> ops(JsonNode ops) {
    Set<Op> allowed = EnumSet.noneOf(Op.class);
    ops.forEach(op -> allowed.add(Op.ofWireName(op.asText())));
    return allowed.isEmpty() ? EnumSet.allOf(Op.class) : allowed;
  }

  private static Map<String, ObjectSchema> schemas(JsonNode objects) {
    Map<String, ObjectSchema> schemas = new TreeMap<>();
    objects
        .fields()
        .forEachRemaining(
            each -> schemas.put(each.getKey(), schema(each.getKey(), each.getValue())));
    return schemas;
  }

  private static ObjectSchema schema(String name, JsonNode object) {
    List<ObjectSchema.Field> fields = new ArrayList<>();
    object
        .path("fields")
        .fields()
        .forEachRemaining(
            each ->
                fields.add(
                    new ObjectSchema.Field(
                        each.getKey(),
                        each.getValue().path("type").asText("string"),
                        each.getValue().path("required").asBoolean(false),
                        true,
                        each.getValue().path("max_length").asInt(0),
                        texts(each.getValue().path("enum")))));
    return new ObjectSchema(name, true, fields, new HashSet<>(texts(object.path("keys"))));
  }

  private static List<String> texts(JsonNode list) {
    List<String> texts = new ArrayList<>();
    list.forEach(element -> texts.add(element.asText()));
    return texts;
  }

  /** What the file says of an object; nothing is asked of the endpoint. */
  ObjectSchema schema(String object) {
    if (schemas.isEmpty()) {
      return ObjectSchema.open(object);
    }
    return Optional.ofNullable(schemas.get(object))
        .orElseThrow(
            () ->
                DestinationException.refused(
                    "OBJECT_UNKNOWN",
                    0,
                    "the destination file declares no object '"
                        + object
                        + "', only "
                        + String.join(", ", new TreeSet<>(schemas.keySet()))));
  }

  /** What identifies a record of the object: what the user says, else what the file does. */
  Identifying identifying(String name, ObjectCalls object) {
    String any = object.identifying().isEmpty() ? null : anyIdentity;
    String own = identities.getOrDefault(name, identities.getOrDefault(object.name(), any));
    return own == null
        ? new Identifying(object.identifying(), true)
        : new Identifying(List.of(own), false);
  }

  /** What a destination of this configuration can do. */
  Capabilities capabilities() {
    Set<Op> offered = EnumSet.noneOf(Op.class);
    Set<String> identifying = new TreeSet<>(identities.values());
    int most = 1;
    for (ObjectCalls object : calls.objects()) {
      offered.addAll(object.ops());
      identifying.addAll(identifying(object.name(), object).fields());
      for (Op op : object.ops()) {
        most = Math.max(most, object.call(op).maxRecords());
      }
    }
    offered.retainAll(ops);
    return new Capabilities(
        offered,
        Math.min(http.maxRecords(), most),
        http.maxBytes(),
        http.requestsPerSecond(),
        http.concurrency(),
        idempotencyKeys,
        identifying);
  }
}
