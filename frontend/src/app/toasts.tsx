import 'sonner/dist/styles.css';
import { Toaster } from 'sonner';
import { useTheme } from '@/lib/theme';

export default function Toasts() {
  const theme = useTheme((state) => state.theme);
  return <Toaster theme={theme} position="bottom-right" visibleToasts={4} gap={8} />;
}
