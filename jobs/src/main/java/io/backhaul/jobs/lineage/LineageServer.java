/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.lineage;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import io.backhaul.jobs.spec.LineageSpec;
import io.openlineage.client.OpenLineage;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * Posts events to a server, one after the other, while the caller goes on. Whatever the server
 * does, nothing is thrown; the first trouble is said, without what was sent. Thread-safe.
 *
 * <p>The client's own transport is left out: it needs libraries that clash with Spark's, and its
 * timeouts are per read and not in total.
 */
final class LineageServer implements AutoCloseable {

  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .serializationInclusion(JsonInclude.Include.NON_NULL)
          .addModule(new SimpleModule().addSerializer(ZonedDateTime.class, new InFull()))
          .build();

  private final LineageSpec to;
  private final Consumer<String> warnings;
  private final HttpClient client;
  private final AtomicBoolean warned = new AtomicBoolean();
  private final AtomicBoolean givenUp = new AtomicBoolean();
  private CompletableFuture<Void> sent = CompletableFuture.completedFuture(null);

  /**
   * @param warnings hears of the first trouble
   */
  LineageServer(LineageSpec to, Consumer<String> warnings) {
    this.to = to;
    this.warnings = warnings;
    this.client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(to.timeout())
            .build();
  }

  /** Hands an event over; returns at once. */
  synchronized void send(OpenLineage.RunEvent event) {
    try {
      HttpRequest request = request(JSON.writeValueAsBytes(event));
      sent = sent.thenCompose(before -> post(request));
    } catch (JsonProcessingException | IllegalArgumentException e) {
      troubled("an event could not be written (" + e.getClass().getSimpleName() + ")");
    }
  }

  /** Says once that something is in the way. */
  void troubled(String what) {
    if (warned.compareAndSet(false, true)) {
      warnings.accept(
          "lineage: " + what + "; runs go on without. Check lineage.openlineage in backhaul.yaml");
    }
  }

  /** Waits until all events are taken, but no longer than the timeout. */
  @Override
  public void close() {
    CompletableFuture<Void> last;
    synchronized (this) {
      last = sent;
    }
    try {
      last.get(to.timeout().toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      givenUp.set(true);
      troubled(tooSlow());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException e) {
      troubled(why(e));
    }
  }

  private HttpRequest request(byte[] body) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(to.endpoint())
            .timeout(to.timeout())
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofByteArray(body));
    if (to.apiKey() != null) {
      request.header("Authorization", "Bearer " + to.apiKey());
    }
    return request.build();
  }

  private CompletableFuture<Void> post(HttpRequest request) {
    if (givenUp.get()) {
      return CompletableFuture.completedFuture(null);
    }
    return client
        .sendAsync(request, HttpResponse.BodyHandlers.discarding())
        .handle(
            (answer, error) -> {
              if (error != null) {
                troubled(why(error));
              } else if (answer.statusCode() / 100 != 2) {
                troubled(server() + " answered " + answer.statusCode());
              }
              return null;
            });
  }

  private String why(Throwable error) {
    Throwable cause =
        error instanceof CompletionException || error instanceof ExecutionException
            ? error.getCause()
            : error;
    return cause instanceof HttpTimeoutException
        ? tooSlow()
        : server() + " could not be reached (" + cause.getClass().getSimpleName() + ")";
  }

  private String tooSlow() {
    return server() + " did not take an event within " + to.timeout().toMillis() + " ms";
  }

  private String server() {
    return to.endpoint().getAuthority();
  }

  /** With seconds even where they are zero, as RFC 3339 asks. */
  private static final class InFull extends JsonSerializer<ZonedDateTime> {
    @Override
    public void serialize(ZonedDateTime time, JsonGenerator json, SerializerProvider provider)
        throws IOException {
      json.writeString(DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(time));
    }
  }
}
