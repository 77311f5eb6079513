/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.generic;

import io.backhaul.destination.config.Key;
import io.backhaul.destination.config.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The keys by which a file describes an API. No key of a call has a default here: {@code like}
 * takes what was not written.
 */
final class CallKeys {

  private static final Shape TEXTS = new Shape.MapOf(Shape.text());
  private static final Shape MEANINGS = new Shape.MapOf(Shape.choice(Meaning.words()));

  private CallKeys() {}

  /** The keys that {@code http} files and definitions share. */
  static List<Key> keys() {
    return List.of(
        Key.optional(
            "headers", TEXTS, "Headers to send beside the usual ones; with calls they have holes."),
        Key.optional(
            "idempotency_key",
            new Shape.AnyOf(
                List.of(
                    Shape.obj(
                        Key.required(
                            "header",
                            Shape.text(),
                            "Header that the endpoint reads the key from.")),
                    Shape.choice("off"))),
            "Names the header by which the endpoint recognises a batch it has seen, so that inserts"
                + " may be sent again; if left out, Idempotency-Key is sent but not relied on, and"
                + " with calls nothing is sent."),
        Key.optional(
            "objects",
            new Shape.MapOf(declared()),
            "Objects and fields the endpoint knows; mappings are checked against them."),
        Key.optional(
            "calls",
            new Shape.MapOf(object()),
            "The API's objects and their calls, if it has a format of its own; see docs/http.md."),
        Key.optional("expect", Shape.text(), EXPECT),
        Key.optional("success", Shape.text(), SUCCESS),
        Key.optional("failure", failure(), "Where a failure says what went wrong."),
        Key.optional("errors", MEANINGS, "What the API's error codes mean."),
        Key.optional("statuses", MEANINGS, "What statuses mean, where that is not the usual."),
        Key.optional("limits", limits(), "How the API says what is left of our allowance."),
        Key.optional("probe", probe(), "A harmless question that needs the credentials."));
  }

  private static final String EXPECT =
      "JSLT that is true of the body of every 2xx that is an answer of this API.";
  private static final String SUCCESS =
      "JSLT that is true of the body of a 2xx that is no failure; every one if left out.";

  private static Shape.Obj declared() {
    Shape.Obj field =
        Shape.obj(
            Key.optional(
                "type",
                Shape.choice(
                    "string",
                    "integer",
                    "number",
                    "boolean",
                    "date",
                    "datetime",
                    "object",
                    "array"),
                "string",
                "What the field holds."),
            Key.optional("required", new Shape.Flag(), "false", "Whether a record must have it."),
            Key.optional(
                "max_length",
                new Shape.Whole(1, Integer.MAX_VALUE),
                "Longest text it takes, in characters."),
            Key.optional("enum", new Shape.ListOf(Shape.text()), "The only values it takes."));
    return Shape.obj(
        Key.required("fields", new Shape.MapOf(field), "All fields of the object, by name."),
        Key.optional(
            "keys", new Shape.ListOf(Shape.text()), "Fields that a record can be matched by."));
  }

  private static Shape.Obj object() {
    return Shape.obj(
        Key.optional(
            "identity",
            new Shape.ListOf(Shape.text()),
            "Fields that identify a record, the first that it has; then the sole key column."),
        Key.optional(
            "ignore_case", new Shape.Flag(), "Whether identities that differ by case are one."),
        Key.optional("upsert", call(), "Creates a record or changes it."),
        Key.optional("insert", call(), "Creates a record."),
        Key.optional("update", call(), "Changes a record that exists."),
        Key.optional("delete", call(), "Removes a record."),
        Key.optional(
            "steps", new Shape.MapOf(call()), "Further calls, for route, then and fallback."),
        Key.optional("schema", schema(), "How the API is asked for the object's fields."),
        Key.optional("note", Shape.text(), "A sentence for the table of connectors."));
  }

  private static Shape.Obj call() {
    List<Key> keys = new ArrayList<>(request());
    keys.addAll(
        List.of(
            Key.optional(
                "like", Shape.text(), "Another call of the object, for keys that are left out."),
            Key.optional(
                "records",
                Shape.choice("many", "one"),
                "Whether a call carries many records or one; many if left out."),
            Key.optional(
                "max_records",
                new Shape.Whole(1, 100_000),
                "Most records of one call; a larger batch is sent in several."),
            Key.optional("max_bytes", new Shape.Size(), "Most bytes of one body."),
            Key.optional("item", Shape.text(), "JSLT: what becomes of one record."),
            Key.optional("max_item_bytes", new Shape.Size(), "Most bytes of that."),
            Key.optional(
                "check", Shape.text(), "JSLT: null, or {code, field, message} to reject a record."),
            Key.optional(
                "group", Shape.text(), "JSLT: records that differ in it go into different calls."),
            Key.optional("body", Shape.text(), "JSLT: the body."),
            Key.optional(
                "format", Shape.choice(BodyFormat.words()), "How the body is written; as JSON."),
            Key.optional("expect", Shape.text(), EXPECT),
            Key.optional("success", Shape.text(), SUCCESS),
            Key.optional("failure", failure(), "Where a failure says what went wrong."),
            Key.optional("errors", MEANINGS, "What error codes mean to this call."),
            Key.optional("statuses", MEANINGS, "What statuses mean to this call."),
            Key.optional(
                "results",
                new Shape.AnyOf(List.of(results(), Shape.choice("by_status", "per_record"))),
                "How the answer tells what became of the records; by status if left out."),
            Key.optional("job", job(), "How an answer that comes later is asked for."),
            Key.optional(
                "route",
                turns("JSLT on the record."),
                "Calls to make in place of this one, the first whose condition holds."),
            Key.optional(
                "fallback",
                turns("JSLT on the answer."),
                "Calls to make when this one fails, the first whose condition holds."),
            Key.optional("then", Shape.text(), "The call to make when this one succeeds.")));
    return new Shape.Obj(keys);
  }

  private static List<Key> request() {
    return List.of(
        Key.optional(
            "method", Shape.choice("GET", "POST", "PUT", "PATCH", "DELETE"), "HTTP method."),
        Key.optional("path", Shape.text(), "Appended to the url; with holes."),
        Key.optional("query", TEXTS, "Parameters behind the path; with holes."),
        Key.optional("headers", TEXTS, "Headers of this request; with holes."));
  }

  private static Shape.Obj requestAnd(Key... more) {
    List<Key> keys = new ArrayList<>(request());
    keys.addAll(Arrays.asList(more));
    return new Shape.Obj(keys);
  }

  private static Shape turns(String condition) {
    return new Shape.ListOf(
        Shape.obj(
            Key.required("when", Shape.text(), condition),
            Key.required("call", Shape.text(), "An operation of the object, or a step."),
            Key.optional(
                "id", Shape.text(), "Where the answer says the id that call has to use.")));
  }

  private static Shape.Obj results() {
    return Shape.obj(
        Key.optional("list", Shape.text(), "Where the answers to single records are."),
        Key.optional(
            "match",
            Shape.choice("order", "index", "identity", "key", "value"),
            "How one says which record it is about; by order if left out."),
        Key.optional("at", Shape.text(), "Where it says so."),
        Key.optional("of", Shape.text(), "JSLT: the record's value to compare, for match: value."),
        Key.optional("base", new Shape.Whole(0, 1), "Number of the first record; 0."),
        Key.optional("ignore_case", new Shape.Flag(), "Whether values are compared without case."),
        Key.optional(
            "repeats",
            new Shape.Flag(),
            "Whether a record may be named again, of which the first mention counts."),
        Key.optional("outcome", Shape.text(), "Where it says whether the record was applied."),
        Key.optional(
            "unlisted", Shape.text(), "What records are that none is about; unknown if left out."),
        Key.optional("id", Shape.text(), "Where it says the destination's id."),
        Key.optional("code", Shape.text(), "Where it says the error's code."),
        Key.optional("field", Shape.text(), "Where it says the field at fault."),
        Key.optional("message", Shape.text(), "Where it says more."));
  }

  private static Shape.Obj job() {
    List<String> states = new ArrayList<>(List.of(JobSpec.RUNNING, JobSpec.DONE));
    states.addAll(Arrays.asList(Meaning.words()));
    return Shape.obj(
        Key.required("handle", Shape.text(), "Where the answer to the call names the job."),
        Key.required("poll", requestAnd(), "How the job is asked after."),
        Key.required("state", Shape.text(), "Where an answer says the job's state."),
        Key.required("states", new Shape.MapOf(new Shape.Choice(states)), "What states mean."),
        Key.optional("poll_after", new Shape.Span(), "How long to wait before asking; 2s."),
        Key.optional("results", requestAnd(), "How results are asked for, if by a call."));
  }

  private static Shape.Obj schema() {
    return requestAnd(
        Key.optional("body", Shape.text(), "JSLT: the body."),
        Key.required("fields", Shape.text(), "Where the answer holds the list of fields."),
        Key.optional("closed", new Shape.Flag(), "Whether that list is complete; it is."),
        Key.optional(
            "keys", new Shape.ListOf(Shape.text()), "Fields that a record can be matched by."),
        Key.optional("failure", failure(), "Where a failure says what went wrong."));
  }

  private static Shape.Obj probe() {
    return requestAnd(
        Key.optional("body", Shape.text(), "JSLT: the body."),
        Key.optional("account", Shape.text(), "Where the answer names the account."),
        Key.optional("success", Shape.text(), SUCCESS),
        Key.optional("expect", Shape.text(), EXPECT));
  }

  private static Shape.Obj failure() {
    return Shape.obj(
        Key.optional("code", Shape.text(), "Where it says its code; /code."),
        Key.optional("field", Shape.text(), "Where it says the field at fault; /field."),
        Key.optional("message", Shape.text(), "Where it says more; /message."));
  }

  private static Shape.Obj limits() {
    return Shape.obj(
        Key.optional("remaining", Shape.text(), "Header with the number of requests left."),
        Key.optional("reset", Shape.text(), "Header with the time when it is full again."),
        Key.optional("pause", new Shape.Span(), "How long to wait when throttled without a word."));
  }

  /**
   * A signature over requests.
   *
   * @param secret the key that stands for the secret
   */
  static Shape.Obj signing(Key secret) {
    return Shape.obj(
        Key.required("header", Shape.text(), "Header that holds the signature."),
        secret,
        Key.optional(
            "algorithm", Shape.choice("sha256", "sha512", "sha1"), "Hash of the HMAC; sha256."),
        Key.optional("encoding", Shape.choice("hex", "base64"), "How it is written; hex."),
        Key.optional("prefix", Shape.text(), "What stands before it."),
        Key.optional(
            "over",
            Shape.text(),
            "What is signed: {body}, {timestamp}, {method} and {path} in a text; {body}."),
        Key.optional("timestamp_header", Shape.text(), "Header for the time of the signature."));
  }

  /** Which field identifies a record, as users say it. */
  static Key identity() {
    return Key.optional(
        "identity",
        new Shape.AnyOf(List.of(new Shape.MapOf(Shape.text()), Shape.text())),
        "Field that identifies a record, if not the usual one: one for all objects, or one for"
            + " each.");
  }
}
