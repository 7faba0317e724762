package service;

import java.util.Map;
import org.springframework.boot.availability.ApplicationAvailability;
import org.springframework.boot.availability.LivenessState;
import org.springframework.boot.availability.ReadinessState;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** What Kubernetes and the load balancer ask. */
@RestController
class HealthController {
  private final ApplicationAvailability availability;

  HealthController(ApplicationAvailability availability) {
    this.availability = availability;
  }

  /**
   * Alive: the process answers. Says nothing of other systems, or their failure would restart every
   * pod.
   */
  @GetMapping("/healthz/live")
  ResponseEntity<Map<String, String>> live() {
    return answer(availability.getLivenessState() == LivenessState.CORRECT, "broken");
  }

  /**
   * Ready: wants requests. Check here what no request can do without. The load balancer asks at a
   * path of its own, so that either can change.
   */
  @GetMapping({"/healthz/ready", "/healthz/load-balancer"})
  ResponseEntity<Map<String, String>> ready() {
    return answer(availability.getReadinessState() == ReadinessState.ACCEPTING_TRAFFIC, "draining");
  }

  private static ResponseEntity<Map<String, String>> answer(boolean ok, String otherwise) {
    return ok
        ? ResponseEntity.ok(Map.of("status", "ok"))
        : ResponseEntity.status(HttpStatus.SERVICE_UNAVAILABLE).body(Map.of("status", otherwise));
  }
}
