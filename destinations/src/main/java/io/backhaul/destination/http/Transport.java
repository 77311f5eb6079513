/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.http;

import io.backhaul.destination.DeliveryContext;
import io.backhaul.destination.DestinationException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLHandshakeException;

/**
 * Sends one HTTP request and says what became of it. Thread-safe; one per destination and process.
 *
 * <ul>
 *   <li>A total deadline ends the call, however slowly the bytes drip.
 *   <li>Redirects are not followed and nothing is sent twice, but for the one repetition after 401
 *       with credentials that {@link Auth#renewed renew} themselves: 401 was not applied.
 *   <li>An answer of any status is returned only when it is complete; how to read it is the {@link
 *       ErrorTable}'s and the vendor's.
 *   <li>A failure is {@link DestinationException.Kind#UNAVAILABLE} while no byte of the body has
 *       been handed to the connection, and {@link DestinationException.Kind#IN_DOUBT} after that.
 * </ul>
 *
 * <p>HTTP/1.1 only: with one request a connection, what a reset hit is never in question.
 */
public final class Transport implements AutoCloseable {

  /** Largest body of an answer that succeeded, unless a destination says otherwise. */
  public static final int MAX_ANSWER_BYTES = 16 << 20;

  private static final Duration MAX_CONNECT = Duration.ofSeconds(10);

  private final HttpClient client;
  private final ExecutorService callbacks;
  private final Auth auth;
  private final Duration deadline;
  private final int maxAnswerBytes;
  private final String userAgent;

  /**
   * @param deadline total time of one request
   * @param maxAnswerBytes largest body of a successful answer; of others as much is kept
   */
  public Transport(Auth auth, Duration deadline, int maxAnswerBytes, String userAgent) {
    this.auth = auth;
    this.deadline = deadline;
    this.maxAnswerBytes = maxAnswerBytes;
    this.userAgent = userAgent;
    this.callbacks = Executors.newCachedThreadPool(new Daemons());
    this.client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(deadline.compareTo(MAX_CONNECT) < 0 ? deadline : MAX_CONNECT)
            .executor(callbacks)
            .build();
  }

  /** The transport that a destination's settings ask for. */
  public static Transport open(HttpSettings settings, DeliveryContext context) {
    return new Transport(
        settings.auth(), settings.timeout(), MAX_ANSWER_BYTES, context.userAgent());
  }

  /**
   * Sends one request and waits for the whole answer. An interrupt ends the wait, closes the
   * connection, leaves the thread's interrupt flag set and is thrown like any other failure.
   *
   * @return an answer of any status
   * @throws DestinationException if there was no complete answer
   */
  public HttpAnswer send(HttpCall call) {
    Optional<Auth.Header> credentials = auth.header();
    HttpAnswer answer = exchange(call, credentials);
    if (answer.status() == 401 && credentials.isPresent()) {
      Optional<Auth.Header> renewed = auth.renewed(credentials.get());
      if (renewed.isPresent()) {
        return exchange(call, renewed);
      }
    }
    return answer;
  }

  /** Takes this destination's credentials, and then {@code more} values, out of a message. */
  public Redactor redactor(Set<String> more) {
    Set<String> values = new HashSet<>(auth.secrets());
    values.addAll(more);
    return Redactor.of(values);
  }

  private HttpAnswer exchange(HttpCall call, Optional<Auth.Header> credentials) {
    OnceBody body = new OnceBody(call.body());
    BoundedAnswer.Handler handler = new BoundedAnswer.Handler(maxAnswerBytes);
    long started = System.nanoTime();
    CompletableFuture<HttpResponse<byte[]>> pending =
        client.sendAsync(request(call, credentials, body), handler);
    try {
      HttpResponse<byte[]> response = pending.get(deadline.toNanos(), TimeUnit.NANOSECONDS);
      Duration latency = Duration.ofNanos(System.nanoTime() - started);
      return new HttpAnswer(response.statusCode(), response.headers(), response.body(), latency);
    } catch (TimeoutException e) {
      abandon(pending, handler);
      throw lost(body, "TIMEOUT", "no complete answer within " + deadline.toMillis() + " ms");
    } catch (InterruptedException e) {
      abandon(pending, handler);
      Thread.currentThread().interrupt();
      throw lost(body, "INTERRUPTED", "the task was stopped while it waited for an answer");
    } catch (ExecutionException e) {
      throw failure(call, body, e.getCause());
    }
  }

  private HttpRequest request(HttpCall call, Optional<Auth.Header> credentials, OnceBody body) {
    HttpRequest.Builder request = HttpRequest.newBuilder(call.uri());
    request.method(call.method(), call.body() == null ? HttpRequest.BodyPublishers.noBody() : body);
    request.setHeader("User-Agent", userAgent);
    call.headers().forEach(request::setHeader);
    if (call.idempotencyKey() != null) {
      request.setHeader("Idempotency-Key", call.idempotencyKey());
    }
    credentials.ifPresent(header -> request.setHeader(header.name(), header.value()));
    return request.build();
  }

  /** A late answer must find nobody: the connection is closed, not returned to the pool. */
  private static void abandon(CompletableFuture<?> pending, BoundedAnswer.Handler handler) {
    pending.cancel(true);
    handler.abandon();
  }

  private static DestinationException failure(HttpCall call, OnceBody body, Throwable cause) {
    String host = call.uri().getHost();
    for (Throwable at = cause; at != null; at = at.getCause()) {
      if (at instanceof DestinationException known) {
        return known;
      }
      if (at instanceof UnresolvedAddressException) {
        return unavailable("UNKNOWN_HOST", "no address is known for " + host);
      }
      if (at instanceof SSLHandshakeException) {
        return DestinationException.refused(
            "TLS_FAILED", 0, "no trusted connection to " + host + ": check its certificate");
      }
    }
    if (cause instanceof HttpConnectTimeoutException) {
      return unavailable("CONNECT_TIMEOUT", "no connection to " + host + " in time");
    }
    if (cause instanceof ConnectException) {
      return unavailable("CONNECTION_REFUSED", host + " takes no connection: is it running?");
    }
    if (cause instanceof Error error) {
      throw error;
    }
    if (cause instanceof IOException) {
      return lost(body, "CONNECTION_LOST", "the connection to " + host + " broke off");
    }
    return lost(body, "TRANSPORT_FAILED", "the request failed: " + cause.getClass().getName());
  }

  private static DestinationException lost(OnceBody body, String code, String message) {
    return body.handedOver()
        ? DestinationException.inDoubt(code, 0, message)
        : unavailable(code, message);
  }

  private static DestinationException unavailable(String code, String message) {
    return DestinationException.unavailable(code, 0, Duration.ZERO, message);
  }

  /** Ends the transport's threads; requests still in flight fail. */
  @Override
  public void close() {
    callbacks.shutdownNow();
  }

  /** Names the client's threads, and lets the process end while one of them waits. */
  private static final class Daemons implements ThreadFactory {
    private final AtomicInteger count = new AtomicInteger();

    @Override
    public Thread newThread(Runnable task) {
      Thread thread = new Thread(task, "backhaul-http-" + count.incrementAndGet());
      thread.setDaemon(true);
      return thread;
    }
  }
}
